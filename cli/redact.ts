import type { EngineEvent } from "../engine/events";
import type { ResourceState } from "../engine/resource-state";
import { isPropertyMap, reveal, Secret } from "../providers/base/values";
import type { Value } from "../providers/base/values";

/** Shorter texts occur everywhere by chance. */
const MIN_LENGTH = 4;
/** From this length on, one line of a secret text (a private key) is a secret of its own. */
const MIN_LINE_LENGTH = 16;
const HIDDEN = "[secret]";

/**
 * Takes the secrets that this run knows out of what programs and providers say: configuration, passphrase,
 * and every marked value of the resources that come by.
 */
export class Redactor {
  private readonly secrets = new Set<string>();
  private readonly unread: ResourceState[] = [];

  /** Knows what must not even show in the message of an unexpected error. */
  static ofEnvironment(environment: Readonly<Record<string, string | undefined>>): Redactor {
    const redactor = new Redactor();
    const passphrase = environment["PULUMI_CONFIG_PASSPHRASE"];
    if (passphrase !== undefined) redactor.add(passphrase);
    return redactor;
  }

  /** Knows the secrets of a state, which are looked into only when something is said. */
  learn(states: readonly ResourceState[]): void {
    this.unread.push(...states);
  }

  add(text: string): void {
    const lines = text.split("\n").filter((line) => line.length >= MIN_LINE_LENGTH);
    for (const each of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), ...lines]) {
      if (each.length >= MIN_LENGTH) this.secrets.add(each);
    }
  }

  /** All texts within a value that is secret as a whole; a text may be JSON that holds more. */
  addValue(value: Value): void {
    for (const text of texts(value)) {
      this.add(text);
      const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
      if (parsed !== undefined) this.addValue(parsed);
    }
  }

  /** Every marked value of resources. */
  addStates(states: readonly ResourceState[]): void {
    this.unread.push(...states);
  }

  text(text: string): string {
    for (const state of this.unread.splice(0)) {
      for (const secret of [...secretsIn(state.inputs), ...secretsIn(state.outputs)]) this.addValue(secret);
    }
    // Longest first: one secret may be a part of another.
    const known = [...this.secrets].filter((each) => text.includes(each)).sort((a, b) => b.length - a.length);
    return known.reduce((result, each) => result.replaceAll(each, HIDDEN), text);
  }

  /** The event as it may be shown: messages without secrets. Properties keep their marks, which displays honour. */
  event(event: EngineEvent): EngineEvent {
    if ("step" in event) this.learn([event.step.old, event.step.new].filter((state) => state !== undefined));
    return event.kind === "diagnostic" || event.kind === "policy"
      ? { ...event, message: this.text(event.message) }
      : event;
  }
}

function texts(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) || isPropertyMap(value) ? Object.values(value).flatMap(texts) : [];
}

function secretsIn(value: Value): readonly Value[] {
  if (value instanceof Secret) return [reveal(value)];
  return Array.isArray(value) || isPropertyMap(value) ? Object.values(value).flatMap(secretsIn) : [];
}

function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
