const HOURS = { h: 1, d: 24, y: 24 * 365 } as const;

/** A span of time with its unit, in whole hours: the grain at which certificates are issued. */
export class Lifetime {
  private constructor(readonly hours: number) {}

  static hours(count: number): Lifetime {
    if (!Number.isInteger(count) || count <= 0) {
      throw new RangeError(`A lifetime is a positive number of whole hours, not ${count}.`);
    }
    return new Lifetime(count);
  }

  static days(count: number): Lifetime {
    return Lifetime.hours(count * HOURS.d);
  }

  /** Years of 365 days. */
  static years(count: number): Lifetime {
    return Lifetime.hours(count * HOURS.y);
  }

  /**
   * Reads `12h`, `90d` or `10y`.
   * @throws RangeError for anything else, a bare number among it.
   */
  static parse(text: string): Lifetime {
    const match = /^([1-9]\d{0,5})([hdy])$/.exec(text);
    const unit = match?.[2];
    if (match === null || (unit !== "h" && unit !== "d" && unit !== "y")) {
      throw new RangeError(`"${text}" is not a lifetime: write a number and a unit, as in 12h, 90d or 10y.`);
    }
    return Lifetime.hours(Number(match[1]) * HOURS[unit]);
  }

  isLongerThan(other: Lifetime): boolean {
    return this.hours > other.hours;
  }

  /** A share of this lifetime, at least one hour: `Lifetime.days(90).share(1 / 3)` is 30 days. */
  share(part: number): Lifetime {
    return Lifetime.hours(Math.max(1, Math.floor(this.hours * part)));
  }

  toString(): string {
    if (this.hours % HOURS.y === 0) return `${this.hours / HOURS.y}y`;
    return this.hours % HOURS.d === 0 ? `${this.hours / HOURS.d}d` : `${this.hours}h`;
  }
}
