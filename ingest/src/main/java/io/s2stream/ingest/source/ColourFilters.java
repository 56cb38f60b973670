package io.s2stream.ingest.source;

import org.bytedeco.ffmpeg.global.avutil;

/**
 * Text of the filters that turn scaled YUV or RGB into packed RGB24 as sRGB and BT.709 mean it.
 *
 * <p>Matrix and range are libswscale's affair. The primaries of BT.2020 and the transfer curves of
 * HDR are zimg's, at the frame's size, where they cost little: for HDR to linear light, in which 1
 * is the reference white of ITU-R BT.2408 (203 cd/m²), to BT.709's primaries, through the Möbius
 * curve (unchanged up to 0.3, from there so that 1,000 cd/m² become white, ratios of R, G and B
 * kept), to sRGB's curve.
 */
final class ColourFilters {

  private static final String PACKED = ",format=rgb24";
  private static final String PLANES = ",format=gbrp16le";
  private static final String HDR_TO_SRGB =
      ":pin=bt2020:min=gbr:rin=full:t=linear:p=bt709:m=gbr:r=full:npl=203:agamma=false,format=gbrpf32le"
          + ",tonemap=tonemap=mobius:param=0.3:desat=0:peak=4.926"
          + ",zscale=tin=linear:pin=bt709:min=gbr:rin=full:t=iec61966-2-1:p=bt709:m=gbr:r=full"
          + ",format=gbrp";
  private static final String WIDE_TO_BT709 =
      ",zscale=tin=bt709:pin=bt2020:min=gbr:rin=full:t=bt709:p=bt709:m=gbr:r=full,format=gbrp";

  private ColourFilters() {}

  static String of(Picture picture) {
    return switch (picture.transfer()) {
      case avutil.AVCOL_TRC_SMPTE2084 -> PLANES + ",zscale=tin=smpte2084" + HDR_TO_SRGB + PACKED;
      case avutil.AVCOL_TRC_ARIB_STD_B67 ->
          PLANES + ",zscale=tin=arib-std-b67" + HDR_TO_SRGB + PACKED;
      default ->
          picture.primaries() == avutil.AVCOL_PRI_BT2020 ? PLANES + WIDE_TO_BT709 + PACKED : PACKED;
    };
  }
}
