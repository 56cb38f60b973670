package io.s2stream.cli.numpy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

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
    assertRefused(write(NpyHeader.of(">f4", 1), new byte[4]), "'>f4'", "astype");
    assertRefused(write(NpyHeader.of("<i8", 1), new byte[8]), "'<i8'");
    assertRefused(write(NpyHeader.of("<f4", 3, 0), new byte[0]), "no elements");
    assertRefused(write(NpyHeader.of("<f4", 1 << 20, 1 << 20), new byte[4]), "2 GiB");
    NpyHeader fortran = new NpyHeader("<f4", true, NpyHeader.of("<f4", 1).shape());
    assertRefused(write(fortran, new byte[4]), "Fortran order");
    Path header = write(NpyHeader.of("<f4", 1), new byte[0]);
    Files.write(header, Arrays.copyOf(Files.readAllBytes(header), 40));
    assertRefused(header, "ends within the header");
  }
}
