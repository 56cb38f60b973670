package io.s2stream.ingest.source;

/**
 * How decoded pictures become RGB frames.
 *
 * @param fit what is done about another shape
 * @param untaggedColour matrix of videos that don't name theirs
 * @param hdr what is done about PQ and HLG
 * @param deinterlace whether pictures flagged as interlaced are made whole
 */
public record PictureOptions(Fit fit, UntaggedColour untaggedColour, Hdr hdr, boolean deinterlace) {

  public static final PictureOptions DEFAULT =
      new PictureOptions(Fit.STRETCH, UntaggedColour.AUTO, Hdr.TONEMAP, true);
}
