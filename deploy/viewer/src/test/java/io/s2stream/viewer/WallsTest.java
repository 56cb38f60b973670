package io.s2stream.viewer;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

class WallsTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.s2stream.viewer");

  @Test
  void shouldBeASubscriberThatKnowsNoService() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.s2stream.ingest..",
            "io.s2stream.processor..",
            "org.apache.kafka.clients.producer..")
        .check(classes);
  }

  @Test
  void shouldComputeWithoutKafkaAndServeWithoutLinearAlgebra() {
    noClasses()
        .that()
        .resideInAPackage("..features..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackage("..features..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.ejml..")
        .check(classes);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("io.s2stream.viewer.(*)..").should().beFreeOfCycles().check(classes);
  }
}
