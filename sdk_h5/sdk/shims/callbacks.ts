/** What WeChat's functions take: their own members, and the callbacks. */
export interface Options {
  success?: (answer: Answer) => void;
  fail?: (answer: Answer) => void;
  cancel?: (answer: Answer) => void;
  complete?: (answer: Answer) => void;
  [member: string]: unknown;
}

export interface Answer {
  errMsg: string;
  [member: string]: unknown;
}

/** What a function does: an object is success, null is that the resident left, a rejection is failure. */
export type Work = (options: Options) => Promise<object | null>;

/** A function that throws nothing and gives nothing: its outcome goes to the callbacks, always later, each once. */
export function calledBack(name: string, work: Work): (options?: Options) => void {
  return (options) => {
    const given = options ?? {};
    const tell = (kind: 'success' | 'fail' | 'cancel', answer: Answer): void => {
      if (typeof given[kind] === 'function') given[kind](answer);
      if (typeof given.complete === 'function') given.complete(answer);
    };
    work(given).then(
      (result) => {
        if (result) tell('success', { ...result, errMsg: `${name}:ok` });
        else tell('cancel', { errMsg: `${name}:cancel` });
      },
      (error) => tell('fail', { errMsg: `${name}:fail ${error.message}`, code: error.code }),
    );
  };
}

export const refuse: Work = async () => {
  throw new Error('not supported here');
};
