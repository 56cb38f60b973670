package io.s2stream.faults.frames;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the frames of a plan, as fast as the broker takes them but never beyond where it was told
 * to go. Retries for half an hour, idempotently: each frame is in the topic once. Thread-safe.
 */
public final class FrameFeeder implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int HALF_AN_HOUR_MS = 30 * 60 * 1000;

  private final FramePlan plan;
  private final String topic;
  private final S2AvroSerializer values = new S2AvroSerializer();
  private final KafkaProducer<String, byte[]> producer;
  private final Thread thread = new Thread(this::run, "frame-feeder");
  private final int[] next; // index of each stream's next frame; feeder thread only
  private final int[] records; // sent of each stream; feeder thread only
  private long sent; // frames; guarded by this
  private long target; // frames; guarded by this
  private boolean ended; // guarded by this
  private boolean closed; // guarded by this
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong messages = new AtomicLong();
  private volatile @Nullable String failure;

  /**
   * @param servers bootstrap servers on a link that no fault touches
   */
  public FrameFeeder(FramePlan plan, String servers, String registryUrl, String topic) {
    this.plan = plan;
    this.topic = topic;
    this.next = new int[plan.streams()];
    this.records = new int[plan.streams()];
    values.configure(Map.of("schema.registry.url", registryUrl), false);
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                HALF_AN_HOUR_MS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                HALF_AN_HOUR_MS),
            new StringSerializer(),
            new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Lets it send up to this part of all frames; returns at once.
   *
   * @param part 0 to 1, or more for all
   */
  public synchronized void upTo(double part) {
    target = Math.max(target, (long) (plan.frames() * Math.min(1, part)));
    notifyAll();
  }

  /** Ends the plan here: waits until all frames that were sent are with the broker. */
  public void end() throws InterruptedException {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    thread.join();
    producer.flush();
  }

  /** Frames of the plan, or as many as were sent until it was ended. */
  public synchronized long frames() {
    return ended ? sent : plan.frames();
  }

  /** Sends a message of its own making beside the plan's frames, to any partition. */
  public void sendOther(int partition, String key, byte[] value) {
    messages.incrementAndGet();
    producer.send(new ProducerRecord<>(topic, partition, key, value), (m, e) -> note(e));
  }

  /** A frame batch of one frame in the wire format. */
  public byte[] message(FrameStamp stamp, boolean jpeg) {
    return values.serialize(topic, batch(stamp, 1, jpeg));
  }

  /** Frames of the plan that the broker has. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** Messages handed to Kafka's producer. */
  public long messages() {
    return messages.get();
  }

  /** Why a frame could not be sent, or null. */
  public @Nullable String failure() {
    return failure;
  }

  private void run() {
    try {
      int stream = 0;
      while (awaitTarget()) {
        int length = Math.min(1 + records[stream] % plan.framesPerRecord(), remaining(stream));
        if (length > 0) {
          FrameStamp stamp = new FrameStamp(stream, next[stream]);
          messages.incrementAndGet();
          producer.send(
              new ProducerRecord<>(
                  topic,
                  stream % plan.partitions(),
                  FramePlan.streamId(stream),
                  values.serialize(topic, batch(stamp, length, plan.jpeg()))),
              (metadata, e) -> sent(length, e));
          next[stream] += length;
          records[stream]++;
          synchronized (this) {
            sent += length;
          }
        }
        stream = (stream + 1) % plan.streams();
      }
    } catch (InterruptedException e) {
      return; // Told to close.
    } catch (RuntimeException e) {
      note(e);
    }
  }

  private int remaining(int stream) {
    return plan.framesPerStream() - next[stream];
  }

  private boolean awaitTarget() throws InterruptedException {
    if (hasReachedTarget()) {
      producer.flush();
    }
    synchronized (this) {
      while (sent >= target && sent < plan.frames() && !ended && !closed) {
        wait();
      }
      return sent < plan.frames() && !ended && !closed;
    }
  }

  private synchronized boolean hasReachedTarget() {
    return sent >= target;
  }

  private static FrameBatch batch(FrameStamp first, int length, boolean jpeg) {
    List<Frame> frames = new ArrayList<>(length);
    for (long index = first.index(); index < first.index() + length; index++) {
      FrameStamp stamp = new FrameStamp(first.stream(), index);
      ByteBuffer data = jpeg ? stamp.jpeg() : stamp.raw();
      frames.add(new Frame(index, index * 40_000, 0L, false, data));
    }
    return new FrameBatch(
        FramePlan.streamId(first.stream()),
        first.index(),
        jpeg ? FrameStamp.JPEG_WIDTH : FrameStamp.RAW_SIDE,
        jpeg ? FrameStamp.JPEG_HEIGHT : FrameStamp.RAW_SIDE,
        jpeg ? PixelEncoding.JPEG : PixelEncoding.RGB24,
        frames,
        false);
  }

  private void sent(int frames, @Nullable Exception e) {
    if (e == null) {
      acknowledged.addAndGet(frames);
    }
    note(e);
  }

  private void note(@Nullable Exception e) {
    if (e != null) {
      failure = "a frame could not be sent: " + e;
    }
  }

  /** Stops sending; what was handed to Kafka's producer still gets a second. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    producer.close(CLOSE_TIMEOUT);
    thread.interrupt();
  }
}
