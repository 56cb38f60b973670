package io.s2stream.local.viewer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Debian's Chromium without a window. */
final class TestBrowser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /** More than any page of the viewer has. */
  private static final int MOST_STOPS = 30;

  private final ChromeDriver driver;

  private TestBrowser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts it, or ends the test as skipped where it isn't installed. */
  static TestBrowser start() {
    assumeTrue(
        Stream.of(CHROMIUM, DRIVER).allMatch(Files::isExecutable),
        "no browser: install Debian's chromium and chromium-driver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1280,900");
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build();
    return new TestBrowser(new ChromeDriver(service, options));
  }

  ChromeDriver driver() {
    return driver;
  }

  void open(String url) {
    driver.get("about:blank"); // a mere change of the fragment would keep the page
    driver.get(url);
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  WebElement one(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  /** What a script returns. */
  Object js(String script, Object... arguments) {
    return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
  }

  /** One after the other, wherever the focus is. */
  void press(CharSequence... keys) {
    for (CharSequence key : keys) {
      new Actions(driver).sendKeys(key).perform();
    }
  }

  /** Moves the focus to the element of this id by the tab key alone. */
  void tabTo(String id) {
    for (int i = 0; i < MOST_STOPS; i++) {
      if (id.equals(js("return document.activeElement.id"))) {
        return;
      }
      press(Keys.TAB);
    }
    throw new AssertionError("#" + id + " can't be reached with the tab key");
  }

  /** Expression for the card of a stream among all streams. */
  static String card(String stream) {
    return "document.querySelector('.card[data-id=" + "\"" + stream + "\"]')";
  }

  /**
   * Waits until that card shows this frame, with its picture; scrolls to it, as only what can be
   * seen is shown.
   */
  void awaitShown(String stream, long index) {
    await(stream + " shows frame " + index)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              js(card(stream) + "?.scrollIntoView()");
              assertThat(js("return " + card(stream) + "?.dataset.index"))
                  .isEqualTo(Long.toString(index));
              assertThat(js("return " + card(stream) + ".querySelector('img').naturalWidth"))
                  .isEqualTo(48L);
            });
  }

  /** Milliseconds from the navigation to the first paint with content; NaN before it. */
  double firstPaint() {
    String start =
        js("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 'NaN'")
            .toString();
    return Double.parseDouble(start);
  }

  /** Errors that the page has written since this was last asked; lost connections are none. */
  List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains("net::ERR_"))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
