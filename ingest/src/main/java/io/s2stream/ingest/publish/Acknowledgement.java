package io.s2stream.ingest.publish;

/**
 * The broker's word that it has a record.
 *
 * @param nextIndex index of the frame after the record's last one
 * @param frames number of frames in the record; 0 for an end-of-stream mark
 * @param bytes size of the serialised value
 * @param partition of the frames topic
 * @param offset of the record in that partition
 */
public record Acknowledgement(long nextIndex, int frames, long bytes, int partition, long offset) {}
