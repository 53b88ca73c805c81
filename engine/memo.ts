/** Computes a value a key at most once, also when it is asked for again while it is being computed. */
export class Memo<T> {
  private readonly made = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.made.get(key);
    if (found !== undefined) return found;
    const value = make();
    this.made.set(key, value);
    return value;
  }

  /** What was made for a key, which is forgotten. */
  take(key: string): Promise<T> | undefined {
    const found = this.made.get(key);
    this.made.delete(key);
    return found;
  }

  values(): Promise<T>[] {
    return [...this.made.values()];
  }
}
