package io.s2stream.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.s2options.OptionText;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.TileGrid;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code s2 tile-grid}: the tiles that VILA's dynamic S2 cuts an image into. */
@Command(
    name = "tile-grid",
    description =
        "Print into how many sub-images dynamic S2 cuts an image, and the grid (h x w) of the last scale.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class TileGridCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--width", required = true, description = "Of the image, pixels.")
  private String width;

  @Option(names = "--height", required = true, description = "Of the image, pixels.")
  private String height;

  @Option(
      names = "--scales",
      required = true,
      paramLabel = "PIXELS,…",
      description = "Ascending, for example 448,896,1344.")
  private String scales;

  @Option(
      names = "--max-tiles",
      defaultValue = "12",
      description = "Most tiles of the last scale; default ${DEFAULT-VALUE}.")
  private String maxTiles;

  @Option(
      names = "--tile-size",
      paramLabel = "PIXELS",
      description =
          "Side of a tile, which decides between grids of the same shape (default: the first scale).")
  private @Nullable String tileSize;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    TileGrid grid = grid();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("sub_images", grid.subImages());
      node.putArray("grid").add(grid.lastScale().height()).add(grid.lastScale().width());
      out.println(node);
    } else {
      out.println("sub-images: " + grid.subImages());
      out.println("grid: " + grid.lastScale());
    }
    out.flush();
    return 0;
  }

  private TileGrid grid() throws Exception {
    Problems problems = new Problems();
    OptionText text = new OptionText(problems);
    int imageWidth = text.wholeNumber("--width", width, 1);
    int imageHeight = text.wholeNumber("--height", height, 1);
    var sizes = text.wholeNumbers("--scales", scales);
    int most = text.wholeNumber("--max-tiles", maxTiles, 1);
    Integer tile = tileSize == null ? null : text.wholeNumber("--tile-size", tileSize, 1);
    problems.throwIfAny();
    try {
      return tile == null
          ? TileGrid.of(imageWidth, imageHeight, sizes, most)
          : TileGrid.of(imageWidth, imageHeight, sizes, most, tile);
    } catch (InvalidOptionsException e) {
      problems.addUpstream(e.problems());
      problems.throwIfAny();
      throw e;
    }
  }
}
