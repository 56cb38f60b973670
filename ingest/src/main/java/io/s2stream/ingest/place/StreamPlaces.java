package io.s2stream.ingest.place;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.s2stream.config.KafkaSettings;
import io.s2stream.ingest.publish.Acknowledgement;
import io.s2stream.schemas.StreamPlace;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the place of each stream in a compacted topic: every few seconds while it is read, and when
 * it ends. After a kill the place lags behind, and the frames topic itself says how far: it is read
 * from the place's offset to its end. So what counts as sent is exactly what the broker has.
 *
 * <p>Thread-safe. Owns its thread and the reader, not the producer.
 */
public final class StreamPlaces implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamPlaces.class);
  private static final Duration SAVE_EVERY = Duration.ofSeconds(5);

  private final PlaceReader reader;
  private final Producer<String, Object> producer;
  private final String framesTopic;
  private final String placesTopic;
  private final Map<String, StreamPlace> places = new ConcurrentHashMap<>();
  private final Set<String> changed = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::saveAgainAndAgain, "ingest-places");

  private StreamPlaces(
      PlaceReader reader,
      Producer<String, Object> producer,
      String framesTopic,
      String placesTopic) {
    this.reader = reader;
    this.producer = producer;
    this.framesTopic = framesTopic;
    this.placesTopic = placesTopic;
  }

  /**
   * Starts keeping places.
   *
   * @param producer of the frames; the caller closes it, after this
   */
  public static StreamPlaces start(
      KafkaSettings kafka,
      Producer<String, Object> producer,
      String framesTopic,
      String placesTopic) {
    StreamPlaces places =
        new StreamPlaces(new PlaceReader(kafka), producer, framesTopic, placesTopic);
    places.thread.setDaemon(true);
    places.thread.start();
    return places;
  }

  /**
   * Finds the places of streams that are about to be opened, which nobody must be writing.
   *
   * @throws PlaceException if the broker or the registry can't be read
   */
  public void find(Collection<String> ids) throws PlaceException {
    Set<String> wanted = new HashSet<>(ids);
    wanted.removeAll(places.keySet());
    if (wanted.isEmpty()) {
      return;
    }
    synchronized (reader) {
      try {
        Map<String, StreamPlace> found = reader.latest(placesTopic, wanted);
        reader.catchUp(
            framesTopic,
            found.values().stream()
                .filter(place -> place.getUnderWay() && !place.getEnded())
                .toList());
        places.putAll(found);
      } catch (KafkaException e) {
        throw new PlaceException(
            "the places of "
                + wanted.size()
                + " streams can't be read from topic "
                + placesTopic
                + ": "
                + e.getMessage(),
            e);
      }
    }
  }

  /**
   * Returns where a stream goes on, after Kafka has it that the stream is being read. A stream that
   * has ended is returned as it is.
   *
   * @param sourceBytes size of the file, -1 if it is none
   * @param sampling the rule that chooses frames, as text
   * @throws PlaceException if the source is not what the place was written for, or can't be kept
   */
  public StreamPlace open(String id, long sourceBytes, String sampling)
      throws PlaceException, InterruptedException {
    StreamPlace place = places.get(id);
    if (place == null) {
      place = atStart(id, sourceBytes, sampling);
    } else if (place.getEnded() || place.getNextIndex() > 0) {
      checkSame(place, sourceBytes, sampling);
    }
    if (place.getEnded()) {
      return place;
    }
    int partition = partitionOf(id, place.getPartition());
    synchronized (place) {
      place.setPartition(partition);
      place.setUnderWay(true);
      place.setSourceBytes(sourceBytes);
      place.setSampling(sampling);
    }
    places.put(id, place);
    await(save(place), id);
    return place;
  }

  private StreamPlace atStart(String id, long sourceBytes, String sampling) throws PlaceException {
    int partition = partitionOf(id, -1);
    try {
      long end;
      synchronized (reader) {
        end = reader.end(new TopicPartition(framesTopic, partition));
      }
      return new StreamPlace(id, 0L, partition, end, true, false, sourceBytes, sampling);
    } catch (KafkaException e) {
      throw notKept(id, e);
    }
  }

  /** Returns the one it had, if there still is one of that number, else that of its key. */
  private int partitionOf(String id, int before) throws PlaceException {
    try {
      int count = producer.partitionsFor(framesTopic).size();
      // As the producer's own partitioner does.
      int ofKey = Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8))) % count;
      return before >= 0 && before < count ? before : ofKey;
    } catch (KafkaException e) {
      throw notKept(id, e);
    }
  }

  private static void checkSame(StreamPlace place, long sourceBytes, String sampling)
      throws PlaceException {
    String again =
        "; give it another id, or read it from its start with resume: false in a run of its own";
    if (place.getSourceBytes() != sourceBytes) {
      throw new PlaceException(
          "the file of stream %s has %d bytes, but had %d when its first %d frames were sent%s"
              .formatted(
                  place.getStreamId(),
                  sourceBytes,
                  place.getSourceBytes(),
                  place.getNextIndex(),
                  again),
          null);
    }
    boolean counts = sourceBytes >= 0 && !place.getEnded();
    if (counts && !place.getSampling().equals(sampling)) {
      throw new PlaceException(
          "stream %s is sampled by %s, but its first %d frames were by %s%s"
              .formatted(
                  place.getStreamId(), sampling, place.getNextIndex(), place.getSampling(), again),
          null);
    }
  }

  /** Takes note of a record that the broker has. Never blocks: called by the producer. */
  public void acknowledged(String id, Acknowledgement record) {
    StreamPlace place = places.get(id);
    if (place != null) {
      synchronized (place) {
        place.setPartition(record.partition());
        place.setOffset(record.offset() + 1);
        place.setNextIndex(record.nextIndex());
      }
      changed.add(id);
    }
  }

  /**
   * Keeps that a stream is no longer read and that all of its records are acknowledged.
   *
   * @param ended whether its end-of-stream mark is among them
   * @throws PlaceException if the broker refused it
   */
  public void close(String id, boolean ended) throws PlaceException, InterruptedException {
    StreamPlace place = places.get(id);
    if (place != null) {
      synchronized (place) {
        place.setUnderWay(false);
        place.setEnded(ended);
      }
      changed.remove(id);
      await(save(place), id);
    }
  }

  private Future<?> save(StreamPlace place) {
    StreamPlace copy;
    synchronized (place) {
      copy = StreamPlace.newBuilder(place).build();
    }
    // Outside of the lock: this may block until the producer's thread has freed memory, and that
    // thread takes the lock for each acknowledgement.
    return producer.send(new ProducerRecord<>(placesTopic, copy.getStreamId(), copy));
  }

  private static void await(Future<?> saved, String id)
      throws PlaceException, InterruptedException {
    try {
      saved.get();
    } catch (ExecutionException e) {
      throw notKept(id, e.getCause() == null ? e : e.getCause());
    }
  }

  private static PlaceException notKept(String id, Throwable why) {
    return new PlaceException(
        "the place of stream " + id + " can't be kept: " + why.getMessage(), why);
  }

  private void saveAgainAndAgain() {
    try {
      while (true) {
        Thread.sleep(SAVE_EVERY.toMillis());
        for (String id : Set.copyOf(changed)) {
          changed.remove(id);
          StreamPlace place = places.get(id);
          if (place != null) {
            saveLenient(place);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The next one comes soon, and a kill is foreseen.
  private void saveLenient(StreamPlace place) {
    try {
      save(place);
    } catch (KafkaException e) {
      LOG.atWarn()
          .addKeyValue("stream", place.getStreamId())
          .log("its place was not kept, to be tried again: {}", e.getMessage());
      changed.add(place.getStreamId());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (reader) {
      reader.close();
    }
  }
}
