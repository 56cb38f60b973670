package io.s2stream.cli.extract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What makes the features what they are: source, sampling, tower, options. Two runs may share a
 * part file only if all of it is equal.
 */
final class PartHeader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> facts;

  /**
   * @param facts names and values, in the order in which people are told about them
   */
  PartHeader(Map<String, String> facts) {
    this.facts = new LinkedHashMap<>(facts);
  }

  /**
   * @throws IOException when it is no header's JSON
   */
  static PartHeader parse(byte[] json) throws IOException {
    return new PartHeader(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
  }

  byte[] json() {
    try {
      return JSON.writeValueAsBytes(facts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts can always be written", e);
    }
  }

  Map<String, String> facts() {
    return Collections.unmodifiableMap(facts); // Map.copyOf would lose the order.
  }

  /** How this run differs from {@code earlier}, as texts; empty when it doesn't. */
  List<String> differences(PartHeader earlier) {
    var names = new LinkedHashMap<>(facts);
    new TreeSet<>(earlier.facts.keySet()).forEach(name -> names.putIfAbsent(name, ""));
    var differences = new ArrayList<String>();
    for (String name : names.keySet()) {
      String now = facts.get(name);
      String before = earlier.facts.get(name);
      if (!Objects.equals(now, before)) {
        differences.add(name + " was '" + before + "', now is '" + now + "'");
      }
    }
    return differences;
  }
}
