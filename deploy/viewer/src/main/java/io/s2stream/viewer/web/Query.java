package io.s2stream.viewer.web;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** The parameters of a request. What is missing or no number is an IllegalArgumentException. */
final class Query {
  private static final int MAX_LIST = 1_000;

  private final Fields fields;

  Query(Fields fields) {
    this.fields = fields;
  }

  String text(String name) {
    String value = fields.getValue(name);
    if (value == null) {
      throw new IllegalArgumentException("parameter '" + name + "' is missing");
    }
    return value;
  }

  int number(String name) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, longNumber(name)));
  }

  int number(String name, int otherwise) {
    return fields.getValue(name) == null ? otherwise : number(name);
  }

  long longNumber(String name) {
    try {
      return Long.parseLong(text(name));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("parameter '" + name + "': expected a whole number", e);
    }
  }

  boolean has(String name) {
    return fields.getValue(name) != null;
  }

  /** Whole numbers separated by commas; none if the parameter is missing or empty. */
  Set<Integer> numbers(String name) {
    @Nullable String value = fields.getValue(name);
    if (value == null || value.isEmpty()) {
      return Set.of();
    }
    try {
      return Arrays.stream(value.split(",", -1))
          .limit(MAX_LIST)
          .map(Integer::valueOf)
          .collect(Collectors.toUnmodifiableSet());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("parameter '" + name + "': expected whole numbers", e);
    }
  }
}
