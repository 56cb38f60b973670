package io.s2stream.faults.child;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import io.s2stream.faults.process.LinkProxy;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroSerializer;

/**
 * A schema registry as a process of its own. It registers the contract's schemas before it says
 * that it is ready, always in the same order: so their ids outlive it, as those of a true registry
 * do.
 */
public final class RegistryMain {
  private RegistryMain() {}

  /**
   * @param args port, frames topic, features topic
   */
  public static void main(String[] args) throws Exception {
    Commands.listen(command -> {});
    EmbeddedRegistry registry = EmbeddedRegistry.start();
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(Map.of("schema.registry.url", registry.url()), false);
    serializer.serialize(
        args[1], new FrameBatch("", 0L, 0, 0, PixelEncoding.RGB24, List.of(), true));
    serializer.serialize(
        args[2],
        FeatureRecord.newBuilder()
            .setStreamId("")
            .setFirstFrameIndex(0)
            .setFrames(List.of())
            .setShape(List.of(0, 0, 0))
            .setGrid(List.of(0, 0))
            .setDtype(TensorType.FLOAT32)
            .setImageSizes(List.of())
            .setTower("")
            .setTowerSha256("")
            .setProcessorVersion("")
            .setData(ByteBuffer.allocate(0))
            .build());
    // Only now: to a registry that is still empty the schemas of sound frames would be unknown.
    LinkProxy link =
        LinkProxy.between(Integer.parseInt(args[0]), URI.create(registry.url()).getPort());
    Runtime.getRuntime().addShutdownHook(new Thread(link::close, "link-shutdown"));
    Runtime.getRuntime().addShutdownHook(new Thread(registry::close, "registry-shutdown"));
    Commands.say("ready");
  }
}
