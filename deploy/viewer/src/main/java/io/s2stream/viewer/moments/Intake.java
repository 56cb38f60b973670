package io.s2stream.viewer.moments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.tensor.FeatureTensor;
import io.s2stream.schemas.topics.FeatureHeaders;
import io.s2stream.viewer.features.ChannelRange;
import io.s2stream.viewer.features.PatchFeatures;
import io.s2stream.viewer.figures.DeadLetters;
import io.s2stream.viewer.subscribe.Place;
import io.s2stream.viewer.subscribe.ReadTopics;
import io.s2stream.viewer.subscribe.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was read: counts every record, and makes moments of the few frames that are shown. The
 * tensor of a record that isn't shown is never looked at.
 */
public final class Intake implements Subscription.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final double FOCUS_FACTOR = 5;
  private static final long IDLE_MILLIS = 2_000;

  private final ReadTopics topics;
  private final double fps;
  private final ShownStreams streams;
  private final Moments moments;
  private final Audience audience;
  private final PictureQueue pictures;
  private final DeadLetters deadLetters;
  private final S2AvroDeserializer<FeatureRecord> records;
  private final Map<Integer, Progress> progress = new ConcurrentHashMap<>();
  private final AtomicLong unreadable = new AtomicLong();

  /** What the reading thread remembers of a stream. */
  private static final class Progress {
    final Thinning thinning = new Thinning();
    final Map<TopicPartition, Long> read = new HashMap<>(); // next offset
    volatile long readAgainFor = -1;
  }

  /**
   * How a record came.
   *
   * @param frames where its frames are, as its header says
   * @param fresh whether it was not read before
   */
  private record Arrival(
      TopicPartition partition,
      long offset,
      @Nullable String frames,
      long millis,
      boolean live,
      boolean fresh) {}

  /**
   * @param fps frames per second that are shown of a stream at most
   */
  public Intake(
      ReadTopics topics,
      double fps,
      ShownStreams streams,
      Moments moments,
      Audience audience,
      PictureQueue pictures,
      DeadLetters deadLetters,
      S2AvroDeserializer<FeatureRecord> records) {
    this.topics = topics;
    this.fps = fps;
    this.streams = streams;
    this.moments = moments;
    this.audience = audience;
    this.pictures = pictures;
    this.deadLetters = deadLetters;
    this.records = records;
  }

  @Override
  public boolean wants(TopicPartition partition) {
    return partition.topic().equals(topics.deadLetters())
        || streams.all().stream()
            .anyMatch(
                stream ->
                    stream.partition().equals(partition)
                        && audience.interest(stream.handle()) != Audience.Interest.NONE);
  }

  /**
   * A stream that brings nothing at present, such as a file that has ended, was perhaps not looked
   * at when its last record came.
   */
  @Override
  public boolean wantsAgain(TopicPartition partition) {
    boolean again = false;
    for (ShownStream stream : streams.all()) {
      if (stream.partition().equals(partition)
          && audience.interest(stream.handle()) != Audience.Interest.NONE) {
        again |= isToBeReadAgain(stream);
      }
    }
    return again;
  }

  private boolean isToBeReadAgain(ShownStream stream) {
    Moment newest = moments.newest(stream.handle());
    long last = stream.figures().snapshot().newestIndex();
    Progress own = progress.computeIfAbsent(stream.handle(), handle -> new Progress());
    if (last < 0
        || own.readAgainFor == last
        || (newest != null && newest.index() == last)
        || System.currentTimeMillis() - stream.figures().snapshot().lastMillis() < IDLE_MILLIS) {
      return false;
    }
    own.readAgainFor = last;
    return true;
  }

  @Override
  public void onAnew(TopicPartition partition) {
    deadLetters.onAnew(partition);
    for (Progress each : progress.values()) {
      each.read.remove(partition);
      each.readAgainFor = -1;
    }
  }

  @Override
  public long wishes() {
    return audience.changes();
  }

  /** Records that could not be read. */
  public long unreadable() {
    return unreadable.get();
  }

  @Override
  public void onRecord(ConsumerRecord<ByteBuffer, ByteBuffer> message, boolean live) {
    if (message.topic().equals(topics.deadLetters())) {
      deadLetters.add(message);
      return;
    }
    if (message.value() == null) {
      return;
    }
    try {
      accept(message, records.deserialize(message.topic(), message.value()), live);
    } catch (RuntimeException e) {
      // Not our format, no answer of the registry, or a record that doesn't fit itself in a way
      // that nobody foresaw: whatever one is like, the others are read.
      long count = unreadable.incrementAndGet();
      if (Long.bitCount(count) == 1) { // the first, second, fourth, …: never many lines
        LOG.warn(
            "Feature messages that could not be read so far: {}; the last is {}-{}@{}: {}",
            count,
            message.topic(),
            message.partition(),
            message.offset(),
            e.toString());
      }
    }
  }

  private void accept(
      ConsumerRecord<ByteBuffer, ByteBuffer> message, FeatureRecord record, boolean live) {
    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
    ShownStream stream = streams.of(name(record), partition);
    if (stream == null) {
      return;
    }
    long now = System.currentTimeMillis();
    String frames = text(message, FeatureHeaders.FRAMES);
    Progress own = progress.computeIfAbsent(stream.handle(), handle -> new Progress());
    boolean fresh = message.offset() >= own.read.getOrDefault(partition, 0L);
    if (fresh) {
      own.read.put(partition, message.offset() + 1);
      stream.figures().saw(record, now, live, frames == null ? null : Place.parse(frames, 0));
    }
    if (record.getShape().get(0) > 0) {
      show(stream, own, record, new Arrival(partition, message.offset(), frames, now, live, fresh));
    }
  }

  /** Of a stream whose features several towers make, each has a place of its own. */
  private String name(FeatureRecord record) {
    return topics.isByTower()
        ? record.getStreamId() + " (" + record.getTower() + ")"
        : record.getStreamId();
  }

  private void show(ShownStream stream, Progress own, FeatureRecord record, Arrival arrival) {
    Audience.Interest interest = audience.interest(stream.handle());
    Moment before = moments.newest(stream.handle());
    if (interest == Audience.Interest.NONE && before != null) {
      return;
    }
    FeatureTensor tensor = FeatureTensor.of(record);
    double most = interest == Audience.Interest.FOCUS ? FOCUS_FACTOR * fps : fps;
    for (int b = 0; b < tensor.frames(); b++) {
      FrameInfo frame = middle(tensor, b);
      if (isNewer(frame, before, arrival)
          && own.thinning.takes(frame.getPtsMicros(), arrival.millis(), most)) {
        before = moment(record, tensor, b, before, arrival);
        moments.add(stream.handle(), before);
        stream.grew();
        pictures.show(stream, before);
      }
    }
  }

  private static boolean isNewer(FrameInfo frame, @Nullable Moment before, Arrival arrival) {
    if (before == null) {
      return true;
    }
    boolean isTimeKnown = frame.getCaptureTimeMicros() != 0;
    return isTimeKnown
        ? frame.getCaptureTimeMicros() > before.captureMicros()
        : arrival.fresh() || arrival.offset() > before.features().offset();
  }

  /** The frame that stands for an entry, which may be the mean of several. */
  private static FrameInfo middle(FeatureTensor tensor, int b) {
    List<FrameInfo> frames = tensor.framesOf(b);
    return frames.get(frames.size() / 2);
  }

  private static Moment moment(
      FeatureRecord record, FeatureTensor tensor, int b, @Nullable Moment before, Arrival arrival) {
    FrameInfo frame = middle(tensor, b);
    long captured = frame.getCaptureTimeMicros();
    PatchFeatures patches = PatchFeatures.of(record, tensor, b);
    return new Moment(
        frame.getIndex(),
        frame.getPtsMicros(),
        captured,
        arrival.millis(),
        arrival.live() && captured > 0
            ? Math.max(0, (arrival.millis() * 1_000 - captured) / 1e6f)
            : Float.NaN,
        before == null ? Float.NaN : change(before.patches(), patches),
        record.getTowerSha256(),
        patches,
        new Place(arrival.partition(), arrival.offset(), b),
        arrival.frames() == null
            ? null
            : Place.parse(arrival.frames(), record.getFrames().indexOf(frame)));
  }

  private static float change(PatchFeatures before, PatchFeatures now) {
    if (!before.fits(now) || before.patches() != now.patches()) {
      return Float.NaN;
    }
    ChannelRange all = now.range(ChannelRange.ALL);
    double sum = 0;
    for (int patch = 0; patch < now.patches(); patch++) {
      sum += now.cosine(patch, before, patch, all);
    }
    return (float) (1 - sum / now.patches());
  }

  private static @Nullable String text(ConsumerRecord<?, ?> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Streams that are known. */
  public List<ShownStream> streams() {
    return streams.all();
  }
}
