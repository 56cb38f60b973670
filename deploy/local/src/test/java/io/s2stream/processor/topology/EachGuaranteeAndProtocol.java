package io.s2stream.processor.topology;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test with two parameters: Kafka Streams' name of the guarantee, and the group's protocol. */
@ParameterizedTest
@CsvSource({
  "exactly_once_v2, classic",
  "at_least_once, classic",
  "exactly_once_v2, streams",
  "at_least_once, streams"
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface EachGuaranteeAndProtocol {}
