package io.s2stream.processor.tower;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import ai.djl.pytorch.jni.JniUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class CpuThreadsTest {
  private static final int ALL = 4;

  private final ExecutorService others = Executors.newCachedThreadPool();

  @BeforeEach
  void setThreads() {
    CpuThreads.set(ALL);
  }

  @AfterEach
  void resetThreads() {
    others.shutdownNow();
    CpuThreads.set(1);
  }

  @Test
  void shouldGiveAForwardThatRunsAloneAllThreads() {
    CpuThreads.during(() -> assertThat(share()).isEqualTo(ALL));
  }

  @Test
  void shouldShareTheThreadsAmongTheForwardsThatRunNow() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> other =
        others.submit(
            () ->
                CpuThreads.during(
                    () -> {
                      begun.countDown();
                      await(end);
                    }));
    await(begun);

    CpuThreads.during(
        () -> {
          assertThat(share()).isEqualTo(ALL / 2);

          end.countDown();
          await(other);

          assertThat(share()).as("now it is alone").isEqualTo(ALL);
        });
  }

  @Test
  void shouldLeaveNoThreadWithoutWorkWhenTheyCannotBeDividedEvenly() throws Exception {
    CpuThreads.set(7);
    int forwards = 4;
    CountDownLatch begun = new CountDownLatch(forwards);
    CountDownLatch end = new CountDownLatch(1);
    List<Integer> shares = new CopyOnWriteArrayList<>();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < forwards; i++) {
      running.add(
          others.submit(
              () ->
                  CpuThreads.during(
                      () -> {
                        begun.countDown();
                        await(begun);
                        shares.add(share());
                        await(end);
                      })));
    }

    Awaitility.await().until(() -> shares.size() == forwards);
    end.countDown();
    for (Future<?> each : running) {
      each.get();
    }

    assertThat(shares).containsExactlyInAnyOrder(2, 2, 2, 1);
  }

  @Test
  void shouldGiveEachAThreadWhenThereAreFewer() {
    CpuThreads.set(1);

    CpuThreads.during(() -> CpuThreads.during(() -> assertThat(share()).isEqualTo(1)));
  }

  private static int share() {
    CpuThreads.share();
    return JniUtils.getNumThreads();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(Future<?> task) {
    try {
      task.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
