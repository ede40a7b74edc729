let loaded;

/** The method table with its texts: `methods.json` is made from the SDK's own sources. */
export async function table() {
  loaded ??= fetch('methods.json').then((response) => response.json());
  return loaded;
}

/** A method with its examples, the first of which has no words of its own; undefined for a name that is none. */
export async function find(name) {
  const { groups } = await table();
  const method = groups.flatMap(({ methods }) => methods).find((each) => each.name === name);
  return method && { ...method, examples: await Promise.all(examplesOf(method).map(withSource)) };
}

/** The texts are Markdown, whose code marks are nothing for a page. */
export const plain = (text) => text.replaceAll('`', '');

/** Its first statement, for a list. */
export const brief = (text) => plain(text).split(/[。：；]|[.:;](?:\s|$)/)[0];

const examplesOf = ({ name, more = {} }) => [
  { id: name },
  ...Object.entries(more).map(([variant, words]) => ({ id: `${name}.${variant}`, words })),
];

async function withSource(example) {
  const response = await fetch(`examples/${example.id}.js`);
  return { ...example, source: (await response.text()).trim() };
}
