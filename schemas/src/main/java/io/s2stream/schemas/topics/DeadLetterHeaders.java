package io.s2stream.schemas.topics;

/**
 * Names of the headers of a dead-letter message; every value is UTF-8 text.
 *
 * <p>They stand after all of the message's own headers; where one of those has the same name, the
 * last one counts. Those that start with {@code __streams.errors.} are the names of Kafka Streams'
 * own dead letters (KIP-1034), so that tools made for them work here too.
 */
public final class DeadLetterHeaders {
  /**
   * Short kebab-case class of the failure, also the value of the metric's tag, such as {@code
   * damaged-frame}.
   */
  public static final String REASON = "s2-reason";

  /** Stream the message belongs to, after its key; absent if it has no key. */
  public static final String STREAM = "s2-stream";

  /**
   * Size in bytes, decimal, of a value that the dead-letter topic can't carry and that was left
   * out; absent otherwise. The whole message is where the topic, partition and offset say.
   */
  public static final String OMITTED_BYTES = "s2-omitted-value-bytes";

  /**
   * How many headers of its own the message had, decimal, where they were left out for the same
   * reason; absent otherwise.
   */
  public static final String OMITTED_HEADERS = "s2-omitted-headers";

  /** Size of a key that was left out for the same reason, decimal; absent otherwise. */
  public static final String OMITTED_KEY_BYTES = "s2-omitted-key-bytes";

  /** Version of the processor that refused the message. */
  public static final String PROCESSOR_VERSION = "s2-processor-version";

  /** What was wrong with the message, for people. */
  public static final String MESSAGE = "__streams.errors.message";

  /** Class name of the exception behind the reason. */
  public static final String EXCEPTION = "__streams.errors.exception";

  /** Topic the message came from. */
  public static final String TOPIC = "__streams.errors.topic";

  /** Partition the message came from, decimal. */
  public static final String PARTITION = "__streams.errors.partition";

  /** Offset of the message in its partition, decimal. */
  public static final String OFFSET = "__streams.errors.offset";

  /**
   * How often a message was sent to the frames topic again after it had been a dead letter,
   * decimal; on the message itself, absent before the first time.
   */
  public static final String REPLAYS = "s2-replays";

  private DeadLetterHeaders() {}
}
