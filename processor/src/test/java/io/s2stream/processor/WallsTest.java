package io.s2stream.processor;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The walls between the parts of the processor. */
class WallsTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.s2stream.processor");

  @Test
  void shouldKeepKafkaOutOfEverythingButTheTopology() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "..s2..", "..tower..", "..extract..", "..decode..", "..batch..", "..metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(classes);
  }

  @Test
  void shouldKeepTensorsOutOfTheTopology() {
    noClasses()
        .that()
        .resideInAnyPackage("..topology..", "..batch..", "..decode..", "..metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(classes);
  }

  @Test
  void shouldNotKnowIngest() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.s2stream.ingest..")
        .check(classes);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("io.s2stream.processor.(*)..").should().beFreeOfCycles().check(classes);
  }
}
