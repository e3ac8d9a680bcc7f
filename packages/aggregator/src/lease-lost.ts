/** The right to fold a run is gone: another aggregator goes on with it, and nothing more is to be written here. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor() {
    super('another aggregator may have the run');
  }
}
