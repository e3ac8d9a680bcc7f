import type { BudgetReply, BudgetRequest } from './budget-script.ts';

/**
 * A process's part of a budget: what it used in all, what its requests under way have set aside, and what is set aside for none of
 * them yet. All amounts are in the order of the budget's dimensions.
 */
export class BudgetStock {
  #used: readonly number[];
  #underWay: readonly number[];
  #stock: readonly number[];
  /** How much of it may be in stock. */
  #share: readonly number[];
  /** More was used than was set aside, and than the stock held: until Redis knows, nothing is taken from the stock. */
  #overdraft: 'none' | 'untold' | 'on-the-way' = 'none';

  constructor(limits: readonly number[]) {
    const none = limits.map(() => 0);
    this.#used = none;
    this.#underWay = none;
    this.#stock = none;
    this.#share = limits;
  }

  /** Used; set aside; and the part of that which is in stock. */
  get amounts(): Pick<BudgetRequest, 'used' | 'aside' | 'stock'> {
    const aside = this.#underWay.map((amount, place) => amount + (this.#stock[place] ?? 0));
    return { used: this.#used, aside, stock: this.#stock };
  }

  /** Nothing is set aside. */
  get isEmpty(): boolean {
    return !this.hasStock && !this.hasUnderWay;
  }

  get hasStock(): boolean {
    return this.#stock.some((amount) => amount > 0);
  }

  get hasUnderWay(): boolean {
    return this.#underWay.some((amount) => amount > 0);
  }

  get isAboveShare(): boolean {
    return this.#stock.some((amount, place) => amount > (this.#share[place] ?? 0));
  }

  /** Takes the amounts for a request out of the stock, or nothing. */
  take(amounts: readonly number[]): boolean {
    const isThere = amounts.every((amount, place) => amount <= (this.#stock[place] ?? 0));
    if (!isThere || this.#overdraft !== 'none') return false;
    this.#stock = sum(this.#stock, amounts, -1);
    this.#underWay = sum(this.#underWay, amounts, 1);
    return true;
  }

  /** What was not used is in stock again; what was used on top of it comes from there. */
  settle(reserved: readonly number[], used: readonly number[]): void {
    this.#underWay = sum(this.#underWay, reserved, -1);
    this.#used = sum(this.#used, used, 1);
    const left = sum(sum(this.#stock, reserved, 1), used, -1);
    if (left.some((amount) => amount < 0)) this.#overdraft = 'untold';
    this.#stock = left.map((amount) => Math.max(0, amount));
  }

  /** Keeps at most this much, its share, and nothing where more was used than was there: it is about to be told. */
  shrink(most: readonly number[]): void {
    const isOverdrawn = this.#overdraft !== 'none';
    this.#stock = this.#stock.map((amount, place) =>
      isOverdrawn ? 0 : Math.min(amount, this.#share[place] ?? 0, most[place] ?? 0),
    );
    if (this.#overdraft === 'untold') this.#overdraft = 'on-the-way';
  }

  /** What Redis has set aside for what was asked. */
  receive({ result, count, share }: BudgetReply, { needs, need, stock, typical }: BudgetRequest): void {
    if (this.#overdraft === 'on-the-way') this.#overdraft = 'none';
    this.#share = share;
    const isGranted = needs && result === 'granted';
    this.#stock = this.#stock.map((amount, place) => {
      const needed = Math.max(0, (need[place] ?? 0) - (stock[place] ?? 0));
      return amount + count * (typical[place] ?? 0) + (isGranted ? needed : 0);
    });
  }
}

function sum(amounts: readonly number[], others: readonly number[], sign: 1 | -1): readonly number[] {
  return amounts.map((amount, place) => amount + sign * (others[place] ?? 0));
}
