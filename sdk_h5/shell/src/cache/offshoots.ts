/** What a list says of single things, by the address each has: a notice that was never opened can then be read too. */

const LISTS: readonly (readonly [list: RegExp, each: (item: Item) => Item | undefined])[] = [
  [/^\/api\/v1\/inbox(\?|$)/, (item) => item],
  [/^\/api\/v1\/inbox\/threads(\?|$)/, ({ newest }) => newest],
];

interface Item {
  id: string;
  newest?: Item;
}

export function offshoots(name: string, value: unknown): [name: string, value: unknown][] {
  const each = LISTS.find(([list]) => list.test(name))?.[1];
  const items = each ? (value as { items?: Item[] }).items : undefined;
  return (items ?? []).flatMap((item): [string, unknown][] => {
    const one = each?.(item);
    return one ? [[`/api/v1/inbox/${encodeURIComponent(one.id)}`, one]] : [];
  });
}
