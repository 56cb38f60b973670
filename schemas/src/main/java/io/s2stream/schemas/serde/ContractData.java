package io.s2stream.schemas.serde;

import java.util.Map;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.StreamPlace;
import io.s2stream.schemas.TensorType;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Tells Avro the generated classes of the contract.
 *
 * <p>Left alone, Avro loads classes by the names in a schema, and 1.12.2 refuses each one that a
 * system property or a JVM-wide predicate doesn't allow. A fixed list needs neither, so the serdes
 * work in any application as they are, and no class is ever loaded because a message names it.
 */
final class ContractData extends SpecificData {
  private static final Map<String, Class<?>> CLASSES =
      Map.of(
          FrameBatch.getClassSchema().getFullName(), FrameBatch.class,
          Frame.getClassSchema().getFullName(), Frame.class,
          PixelEncoding.getClassSchema().getFullName(), PixelEncoding.class,
          FeatureRecord.getClassSchema().getFullName(), FeatureRecord.class,
          FrameInfo.getClassSchema().getFullName(), FrameInfo.class,
          TensorType.getClassSchema().getFullName(), TensorType.class,
          StreamPlace.getClassSchema().getFullName(), StreamPlace.class);

  ContractData() {
    // The generated classes read and write their fields themselves, not one by one by reflection:
    // what a record costs beside its payload shows at records of 0.2 MB.
    setCustomCoders(true);
  }

  @Override
  @SuppressWarnings("rawtypes") // as in Avro
  public @Nullable Class getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> CLASSES.get(schema.getFullName());
      default -> super.getClass(schema);
    };
  }
}
