import { LeaseDeadline } from './lease-deadline.ts';
import type { LimitReply } from './limit-script.ts';
import { LimitStock } from './limit-stock.ts';
import type { SentAt } from './round-trips.ts';

/** What a process that is not heard of for so long held counts as used. It trusts its stock for 1 s less. */
export const limitLeaseMs = 4000;
/** Who hurries uses a permit within so long of its moment. */
const hurryMs = 50;

/**
 * The permits that a process has leased, as long as it surely has them. Once its lease may have run out they count as used.
 * Those that hurry and were left for too long go back by themselves. Times are monotonic ms.
 */
export class LimitLease {
  readonly #stock: LimitStock;
  readonly #onBack: (amounts: readonly number[], nowMs: number) => void;
  #deadline: LeaseDeadline | undefined;
  #hurries = false;

  /** Of so many dimensions; `onBack` is told what is given back. */
  constructor(dimensions: number, onBack: (amounts: readonly number[], nowMs: number) => void) {
    this.#stock = new LimitStock(dimensions);
    this.#onBack = onBack;
  }

  get isEmpty(): boolean {
    return this.#stock.isEmpty;
  }

  get amounts(): readonly number[] {
    this.#loseWhatIsOver();
    return this.#stock.amounts;
  }

  /** Ms until these amounts may be used; 0 or less: since so long, at least. Infinite where it does not hold them. */
  waitMs(amounts: readonly number[], nowMs: number): number {
    this.#loseWhatIsOver();
    const waitMs = this.#stock.waitMs(amounts, nowMs);
    if (!this.#hurries || waitMs === -Infinity || waitMs >= -hurryMs) return waitMs;
    this.giveBackAll(nowMs);
    return Infinity;
  }

  use(amounts: readonly number[]): void {
    this.#stock.take(amounts);
  }

  /** Pays up to these amounts; what it does not hold is left. */
  pay(amounts: readonly number[]): readonly number[] {
    this.#loseWhatIsOver();
    return this.#stock.pay(amounts);
  }

  /** Keeps at most these amounts; what is above them counts as used. */
  keep(most: readonly number[]): void {
    const amounts = this.amounts;
    this.#stock.take(amounts.map((amount, place) => Math.max(0, amount - (most[place] ?? Infinity))));
  }

  giveBackComing(nowMs: number): void {
    this.#loseWhatIsOver();
    this.#tellBack(this.#stock.releaseComing(nowMs), nowMs);
  }

  giveBackAll(nowMs: number): void {
    this.#loseWhatIsOver();
    this.#tellBack(this.#stock.releaseAll(), nowMs);
  }

  /** What Redis has answered, and when that was asked. */
  receive(reply: LimitReply, sent: SentAt, nowMs: number): void {
    if (reply.isForfeited) this.#stock.releaseAll();
    this.#renew(sent);
    this.#stock.add(reply, nowMs);
    this.#hurries = reply.hurries;
    this.#loseWhatIsOver();
  }

  /** Nothing is held any more. */
  end(): void {
    this.#stock.releaseAll();
    this.#deadline?.stop();
    this.#deadline = undefined;
  }

  #tellBack(amounts: readonly number[], nowMs: number): void {
    if (amounts.some((amount) => amount > 0)) this.#onBack(amounts, nowMs);
  }

  #renew({ nowMs, wallMs }: SentAt): void {
    if (this.#deadline !== undefined && !this.#deadline.hasPassed()) return this.#deadline.confirm(nowMs);
    this.end();
    this.#deadline = new LeaseDeadline({
      leaseMs: limitLeaseMs,
      sentAtMs: nowMs,
      sentAtWallMs: wallMs,
      onPassed: () => void this.#stock.releaseAll(),
    });
  }

  #loseWhatIsOver(): void {
    if (this.#stock.isEmpty) return;
    if (this.#deadline === undefined || this.#deadline.hasPassed()) this.#stock.releaseAll();
  }
}
