/** A provider call that took longer than the program allows; nobody knows how it will end. */
export class TimeoutError extends Error {
  constructor(seconds: number) {
    super(`it took longer than the ${seconds} s of customTimeouts; the next run finds out how it ended`);
    this.name = "TimeoutError";
  }
}

export async function withTimeout<T>(work: Promise<T>, seconds: number | undefined): Promise<T> {
  if (seconds === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(seconds)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
