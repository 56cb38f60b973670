package io.s2stream.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what one component of a configuration record means and what it is when the file leaves it
 * out. The YAML key is the kebab-case of the component's name ({@code maxFrames} → {@code
 * max-frames}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** What the setting does, with its unit and range; one or two sentences of plain text. */
  String value();

  /**
   * The value of an absent setting, in YAML syntax ({@code "[1, 2]"}, {@code "''"} for the empty
   * text). The empty string means: no default, the setting is required; for a nested record it
   * means that an absent section has all of its own defaults.
   */
  String defaultValue() default "";

  /** True if the setting may be absent; the component is then null. */
  boolean optional() default false;

  /** True if the value must not be shown in logs and reports. */
  boolean secret() default false;

  /**
   * For lists of {@code name=value}: the names, separated by spaces, whose values may be shown; all
   * other values are masked. The empty string: the setting is no such list.
   */
  String shownNames() default "";
}
