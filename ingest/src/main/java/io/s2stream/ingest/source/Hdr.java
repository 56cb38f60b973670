package io.s2stream.ingest.source;

/** What becomes of video with a high dynamic range: PQ (SMPTE ST 2084) or HLG (ARIB STD-B67). */
public enum Hdr {
  /** Mapped to sRGB. */
  TONEMAP,
  /** Refused: the stream fails. */
  REFUSE
}
