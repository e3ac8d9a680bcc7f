import type { RequestRecord, SeriesLabels } from '@tokenstorm/core';

/** Takes every request of this process as it ends, those of the warm-up too: a per-request export. */
export interface RecordSink {
  /** Called between two time stamps of other requests: it must not wait, throw or keep the record. */
  write(record: RequestRecord, labels: SeriesLabels): void;
}
