package io.s2stream.cli;

import io.s2stream.processor.Guarantee;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a guarantee as configuration files write it. */
final class GuaranteeConverter implements ITypeConverter<Guarantee> {

  @Override
  public Guarantee convert(String text) {
    return switch (text) {
      case "exactly-once" -> Guarantee.EXACTLY_ONCE;
      case "at-least-once" -> Guarantee.AT_LEAST_ONCE;
      default ->
          throw new TypeConversionException(
              "expected exactly-once or at-least-once, but was '" + text + "'");
    };
  }
}
