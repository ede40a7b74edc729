import type { City } from '../../src/create.js';
import { CityError } from '../../src/errors.js';

/** One call that a shim made of the city, by the name of `canUse`. */
export interface Done {
  name: string;
  given: unknown[];
}

/** What the city answers, by name: a value, or what is thrown. Names that are not here are refused. */
export type Answers = Readonly<Record<string, unknown>>;

export const refused = (code: string, message: string): CityError => new CityError(code, message);

/** A city of answers that were written down: what the shims have to stand on, and no more. */
export function cityOf(answers: Answers): { city: City; done: Done[] } {
  const done: Done[] = [];
  const call =
    (name: string) =>
    async (...given: unknown[]) => {
      done.push({ name, given });
      if (!Object.hasOwn(answers, name)) throw refused('UNSUPPORTED', `This app has no ${name}.`);
      const answer = answers[name];
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const group = (path: string) => new Proxy({}, { get: (_, member) => call(`${path}.${String(member)}`) });
  const city = {
    canUse: (name: unknown) => ({ ok: Object.hasOwn(answers, String(name)) }),
    ...Object.fromEntries(['ui', 'intents', 'storage'].map((name) => [name, group(name)])),
    ...Object.fromEntries(
      ['ready', 'user', 'token', 'call', 'share', 'scan', 'location', 'phone', 'open', 'pickFile', 'takePhoto'].map(
        (name) => [name, call(name)],
      ),
    ),
  };
  return { city: city as unknown as City, done };
}

/** A file reader for files of node, which has none. */
export class Reader {
  result: string | null = null;
  onload = (): void => {};

  async readAsDataURL(file: Blob): Promise<void> {
    const bytes = Buffer.from(await file.arrayBuffer()).toString('base64');
    this.result = `data:${file.type};base64,${bytes}`;
    this.onload();
  }
}
