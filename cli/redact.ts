import type { EngineEvent, StepInfo } from "../engine/events";
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

  add(text: string): void {
    const lines = text.split("\n").filter((line) => line.length >= MIN_LINE_LENGTH);
    for (const each of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), ...lines]) {
      if (each.length >= MIN_LENGTH) this.secrets.add(each);
    }
  }

  /** All texts within a value that is secret as a whole; a text may be JSON that holds more. */
  addValue(value: Value): void {
    if (typeof value === "string") {
      this.add(value);
      const parsed = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
      if (parsed !== undefined) this.addValue(parsed);
    } else if (Array.isArray(value)) value.forEach((member) => this.addValue(member));
    else if (isPropertyMap(value)) Object.values(value).forEach((member) => this.addValue(member));
  }

  text(text: string): string {
    for (const state of this.unread.splice(0)) {
      this.addMarked(state.inputs);
      this.addMarked(state.outputs);
    }
    // Longest first: one secret may be a part of another.
    const known = [...this.secrets].filter((each) => text.includes(each)).sort((a, b) => b.length - a.length);
    return known.reduce((result, each) => result.replaceAll(each, HIDDEN), text);
  }

  /** The event as it may be shown: messages without secrets. Properties keep their marks, which displays honour. */
  event(event: EngineEvent): EngineEvent {
    if ("step" in event) this.watch(event.step);
    return event.kind === "diagnostic" ? { ...event, message: this.text(event.message) } : event;
  }

  private watch(step: StepInfo): void {
    // Looked into only when something is said: most operations say nothing.
    for (const state of [step.old, step.new]) if (state !== undefined) this.unread.push(state);
  }

  private addMarked(value: Value): void {
    if (value instanceof Secret) this.addValue(reveal(value));
    else if (Array.isArray(value)) value.forEach((member) => this.addMarked(member));
    else if (isPropertyMap(value)) Object.values(value).forEach((member) => this.addMarked(member));
  }
}

function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
