export const newKey = () => crypto.randomUUID();

/** A key for each wish: the same one when it is repeated after a failure, another once the resident changed it. */
export function keyring() {
  let last;
  let key;
  return (wish) => {
    const said = JSON.stringify(wish);
    if (said !== last) [last, key] = [said, newKey()];
    return key;
  };
}
