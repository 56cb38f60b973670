package io.s2stream.ingest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class ArchitectureTest {

  private static final JavaClasses INGEST =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.s2stream.ingest");

  @Test
  void shouldNotKnowTheProcessorOrTheTensorLibrary() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.s2stream.processor..", "ai.djl..")
        .check(INGEST);
  }

  @Test
  void shouldNotKnowKafkaWhereFramesAreMade() {
    noClasses()
        .that()
        .resideInAnyPackage("..libav..", "..source..", "..encode..", "..synthetic..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..")
        .check(INGEST);
  }
}
