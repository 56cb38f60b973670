package io.s2stream.ingest;

import io.s2stream.config.Setting;
import io.s2stream.ingest.source.Fit;
import io.s2stream.ingest.source.Hdr;
import io.s2stream.ingest.source.PictureOptions;
import io.s2stream.ingest.source.UntaggedColour;

/** The section {@code pictures}: how decoded pictures become RGB frames. */
public record PictureSettings(
    @Setting(
            value =
                "Pictures of another shape than image-size: stretch, pad (fit inside, black around)"
                    + " or crop (the centre). Pixels that are not square count as they are shown.",
            defaultValue = "stretch")
        Fit fit,
    @Setting(
            value =
                "YUV matrix of videos that don't name theirs; auto: bt709 from 1280 pixels wide"
                    + " or above 576 lines on, else bt601.",
            defaultValue = "auto")
        UntaggedColour untaggedColour,
    @Setting(
            value =
                "Video of a high dynamic range (PQ, HLG): tonemap maps it to sRGB, refuse fails the"
                    + " stream.",
            defaultValue = "tonemap")
        Hdr hdr,
    @Setting(
            value =
                "Whether pictures flagged as interlaced are deinterlaced (bwdif), which costs for"
                    + " every decoded frame of such video; others are untouched.",
            defaultValue = "true")
        boolean deinterlace) {

  PictureOptions options() {
    return new PictureOptions(fit, untaggedColour, hdr, deinterlace);
  }
}
