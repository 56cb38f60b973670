package io.s2stream.cli.numpy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NpyFileTest {
  @TempDir private Path dir;

  private Path write(NpyHeader header, byte[] data) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header.bytes().array());
    bytes.write(data);
    return Files.write(dir.resolve("x.npy"), bytes.toByteArray());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> NpyFile.open(file))
        .isInstanceOf(NpyFormatException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void shouldReadEveryFloatingTypeAsFloat32() throws Exception {
    byte[] f8 = littleEndian(16).putDouble(1.5).putDouble(-2).array();
    byte[] f2 = littleEndian(4).putShort((short) 0x3e00).putShort((short) 0xc000).array();
    byte[] f4 = littleEndian(8).putFloat(1.5f).putFloat(-2).array();
    try (NDManager manager = NDManager.newBaseManager()) {
      for (Object[] kind : new Object[][] {{"<f8", f8}, {"<f2", f2}, {"<f4", f4}}) {
        Path path = write(NpyHeader.of((String) kind[0], 1, 2), (byte[]) kind[1]);
        NDArray array = NpyFile.open(path).read(manager);
        assertThat(array.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(array.getShape()).isEqualTo(new Shape(1, 2));
        assertThat(array.toFloatArray()).containsExactly(1.5f, -2f);
      }
    }
  }

  @Test
  void shouldReadBigEndianAndFortranOrderAsTheSameArray() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      // [[1, 2, 3], [4, 5, 6]], column by column
      ByteBuffer f4 = ByteBuffer.allocate(24);
      ByteBuffer f8 = ByteBuffer.allocate(48);
      for (float value : new float[] {1, 4, 2, 5, 3, 6}) {
        f4.putFloat(value);
        f8.putDouble(value);
      }
      for (var kind : List.of(Map.entry(">f4", f4), Map.entry(">f8", f8))) {
        var header = new NpyHeader(kind.getKey(), true, List.of(2L, 3L));
        NDArray array = NpyFile.open(write(header, kind.getValue().array())).read(manager);
        assertThat(array.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(array.getShape()).isEqualTo(new Shape(2, 3));
        assertThat(array.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
        // The direct view, which is what is written, knows no strides.
        assertThat(array.toByteBuffer(true).order(ByteOrder.nativeOrder()).getFloat(4))
            .isEqualTo(2);
      }
    }
  }

  @Test
  void shouldReadWhatItWrites() throws Exception {
    Path path = dir.resolve("y.npy");
    try (NDManager manager = NDManager.newBaseManager();
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      NDArray array = manager.arange(24f).reshape(2, 3, 4);
      NpyFile.write(array, channel);

      NDArray read = NpyFile.open(path).read(manager);

      assertThat(read.getShape()).isEqualTo(array.getShape());
      assertThat(read.toFloatArray()).isEqualTo(array.toFloatArray());
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAFile() throws Exception {
    assertRefused(dir.resolve("none.npy"), "there is no file");
    assertRefused(dir, "no file that can be read");
    assertRefused(Files.writeString(dir.resolve("t"), "text"), "no NumPy .npy file");
    assertRefused(write(NpyHeader.of("<f4", 4), new byte[15]), "cut off", "16", "15");
    assertRefused(write(NpyHeader.of("<c8", 1), new byte[8]), "'<c8'", "astype");
    assertRefused(write(NpyHeader.of("<i8", 1), new byte[8]), "'<i8'");
    assertRefused(write(NpyHeader.of("<f4", 3, 0), new byte[0]), "no elements");
    assertRefused(write(NpyHeader.of("<f4", 1 << 20, 1 << 20), new byte[4]), "2 GiB");
    Path header = write(NpyHeader.of("<f4", 1), new byte[0]);
    Files.write(header, Arrays.copyOf(Files.readAllBytes(header), 40));
    assertRefused(header, "ends within the header");
  }
}
