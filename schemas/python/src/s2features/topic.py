"""Records of a topic, through Confluent's Kafka client."""

import re
import time

from .record import decode
from .registry import Registry

DEFAULT_TOPIC = "s2.features"

# The client's own limit of 100 MB for one answer is not enough for records of 64 MB, which come in batches.
_MAX_ANSWER_BYTES = 512 << 20
_POLL_SECONDS = 0.2
_LOOK_SECONDS = 5.0
_BEGINNING, _END = -2, -1  # librdkafka's offsets
_FINAL = {
    "UNKNOWN_TOPIC_OR_PART",
    "_UNKNOWN_TOPIC",
    "_UNKNOWN_PARTITION",
    "TOPIC_AUTHORIZATION_FAILED",
    "GROUP_AUTHORIZATION_FAILED",
    "_AUTHENTICATION",
}


class KafkaError(Exception):
    """The topic can't be read; the message is the client's."""


def subscribe(
    brokers, topic=DEFAULT_TOPIC, registry=None, group=None, start="latest", idle_timeout=None, stream=None, config=None
):
    """Yields the records of a topic, one after the other, in order within each stream; without end.

    brokers: "host:port", several separated by commas.
    topic: a name, or a regular expression that begins with "^": every topic whose name it fits,
        also those that are made later.
    registry: URL of the schema registry or a Registry. None: records must be of the schema this package brings.
    group: consumer group, whose members share the streams and go on where they stopped: a record counts as read once the
        next one is asked for, so after a crash the last may come again. None: all partitions, from `start`, remembered nowhere.
    start: "latest" or "earliest"; with a group only where it has no place yet.
    idle_timeout: seconds without a record after which the iteration ends.
    stream: only records of this stream.
    config: settings of librdkafka, such as security.protocol; they win over those made here.

    Reads committed records only, so under the processor's default guarantee each exactly once. Raises KafkaError when the
    topic is missing or the client gives up, RegistryError, and DecodeError for a message that is no feature record.
    """
    from confluent_kafka import Consumer, KafkaException

    if start not in ("latest", "earliest"):
        raise ValueError(f"start is 'latest' or 'earliest', not {start!r}")
    schemas = Registry(registry) if isinstance(registry, str) else registry
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group or "s2features-without-a-group",  # the client asks for one even where it isn't used
            "auto.offset.reset": start,
            "isolation.level": "read_committed",
            "enable.auto.commit": group is not None,
            "enable.auto.offset.store": False,
            "receive.message.max.bytes": _MAX_ANSWER_BYTES,
            **(config or {}),
        }
    )
    try:
        if not topic.startswith("^"):
            _check(consumer, topic, brokers)
        if group is None:
            refresh = _Assignment(consumer, topic, start).refresh
        else:
            consumer.subscribe([topic])
            refresh = None
        for message in _messages(consumer, idle_timeout, refresh):
            # By the key, so that other streams' tensors aren't even looked at.
            if message.value() is not None and stream in (None, (message.key() or b"").decode("utf-8", "replace")):
                yield decode(message.value(), schemas)
            if group is not None:
                consumer.store_offsets(message)
    except KafkaException as e:
        raise KafkaError(f"topic '{topic}' on {brokers}: {e.args[0].str()}") from e
    finally:
        consumer.close()


def _check(consumer, topic, brokers):
    found = consumer.list_topics(topic, timeout=10).topics[topic]
    if found.error is not None:
        raise KafkaError(f"topic '{topic}' on {brokers}: {found.error.str()}")


class _Assignment:
    """All partitions of the topics that a name or a pattern fits; those of topics that are made later from their beginning."""

    def __init__(self, consumer, topic, start):
        self._consumer, self._grows = consumer, topic.startswith("^")
        self._names = re.compile(topic if self._grows else re.escape(topic) + "$")
        self._assigned = set()
        self._assign_new(_BEGINNING if start == "earliest" else _END)

    def refresh(self):
        if self._grows and time.monotonic() - self._looked > _LOOK_SECONDS:
            self._assign_new(_BEGINNING)

    def _assign_new(self, offset):
        from confluent_kafka import TopicPartition

        self._looked = time.monotonic()
        topics = self._consumer.list_topics(timeout=10).topics
        fitting = [name for name in topics if self._names.match(name)]
        found = {(name, partition) for name in fitting for partition in topics[name].partitions} - self._assigned
        if found:
            self._assigned |= found
            # Those that were assigned before keep their places.
            self._consumer.incremental_assign([TopicPartition(name, partition, offset) for name, partition in sorted(found)])


def _messages(consumer, idle_timeout, refresh):
    last = time.monotonic()
    while idle_timeout is None or time.monotonic() - last < idle_timeout:
        if refresh is not None:
            refresh()
        message = consumer.poll(_POLL_SECONDS)
        if message is None:
            continue
        error = message.error()
        if error is not None:
            # All else the client mends itself, such as a broker that is away.
            if error.fatal() or error.name() in _FINAL:
                raise KafkaError(f"{message.topic()}: {error.str()}")
            continue
        yield message
        last = time.monotonic()
