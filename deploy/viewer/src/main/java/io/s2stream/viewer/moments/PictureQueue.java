package io.s2stream.viewer.moments;

import java.nio.ByteBuffer;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.RegistryException;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.viewer.moments.WantedPictures.Wanted;
import io.s2stream.viewer.subscribe.MessageReader;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the pictures of moments from the frames topic and then shows them. A moment for which there
 * is no time is shown without its picture, and once more with it when there is, if it is still the
 * newest of its stream. Owns a thread; the reader is the caller's.
 */
public final class PictureQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PictureQueue.class);
  private static final int WAITING = 128;

  private final MessageReader reader;
  private final S2AvroDeserializer<FrameBatch> batches;
  private final Moments moments;
  private final Audience audience;
  private final WantedPictures waiting;
  private final Thread thread;

  public PictureQueue(
      MessageReader reader,
      S2AvroDeserializer<FrameBatch> batches,
      Moments moments,
      Audience audience) {
    this.reader = reader;
    this.batches = batches;
    this.moments = moments;
    this.audience = audience;
    this.waiting = new WantedPictures(WAITING, moments);
    this.thread = new Thread(this::run, "s2-viewer-pictures");
    thread.setDaemon(true);
    thread.start();
  }

  /** Shows a moment, with its picture if possible. Does not wait. */
  void show(ShownStream stream, Moment moment) {
    if (moment.frames() == null || !waiting.offer(stream, moment)) {
      audience.show(stream, moment);
    }
  }

  /**
   * Shows the newest moment of a stream again, with its picture, if that is missing: of a stream of
   * which nothing more comes, it would be for good. Does not wait.
   */
  public void makeUpFor(ShownStream stream) {
    waiting.makeUpFor(stream);
  }

  private void run() {
    try {
      while (true) {
        Wanted wanted = waiting.take();
        try {
          show(wanted);
        } catch (RuntimeException e) {
          // One frame or record that nobody foresaw must not end all pictures.
          LOG.warn("No picture of stream {}", wanted.stream().id(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to end
    }
  }

  private void show(Wanted wanted) {
    byte[] jpeg = picture(wanted.moment(), Pictures.SMALL);
    if (jpeg != null) {
      moments.show(wanted.moment(), jpeg);
    }
    audience.show(wanted.stream(), wanted.moment());
  }

  /**
   * Reads the frame of a moment from its topic.
   *
   * @param maxSide see {@link Pictures#jpeg}
   * @return null if it isn't there any more, or can't be shown
   */
  public byte @Nullable [] picture(Moment moment, int maxSide) {
    Place place = moment.frames();
    ByteBuffer message = place == null ? null : reader.value(place.partition(), place.offset());
    if (place == null || message == null) {
      return null;
    }
    try {
      FrameBatch batch = batches.deserialize(place.partition().topic(), message);
      return isOf(moment, batch, place.frame())
          ? Pictures.jpeg(batch, place.frame(), maxSide)
          : null;
    } catch (SerializationException | RegistryException e) {
      return null;
    }
  }

  private static boolean isOf(Moment moment, FrameBatch batch, int position) {
    if (position < 0 || position >= batch.getFrames().size()) {
      return false;
    }
    Frame frame = batch.getFrames().get(position);
    return moment.isOf(frame.getIndex(), frame.getCaptureTimeMicros());
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
