/** Lets a bounded number of tasks run at once, in the order in which they came. */
export class Semaphore {
  private waiting: (() => void)[] = [];
  /** How many at the front of `waiting` have been let in: to shift each would move all the others. */
  private served = 0;
  private free: number;

  constructor(limit: number) {
    this.free = limit;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.next();
      if (next === undefined) this.free++;
      else next();
    }
  }

  private next(): (() => void) | undefined {
    const next = this.waiting[this.served];
    if (next === undefined) return undefined;
    this.served++;
    if (this.served * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.served);
      this.served = 0;
    }
    return next;
  }
}
