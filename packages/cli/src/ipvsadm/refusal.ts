// What the parser answers instead of a command: a refusal in ipvsadm's words, or a name that must be looked up first.

/** A command line that is not carried out. `message` goes to stderr, line end included. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly message: string;
  /** 2: refused by ipvsadm itself. 255: an option or command that is not understood. */
  readonly exit: 2 | 255;
  /** Whether the rest of `-R`'s input is dropped. ipvsadm goes on only after an option that it does not know. */
  readonly endsRestore: boolean;
}

/** A host or service name on the command line: look it up, add the answer to the known names and parse again. */
export type NameNeeded =
  | { readonly kind: 'host-needed'; readonly host: string }
  | { readonly kind: 'port-needed'; readonly service: string; readonly protocol: string };

export type Stop = Refusal | NameNeeded;

export const refuse = (message: string): Refusal => ({
  kind: 'refusal',
  message: `${message}\n`,
  exit: 2,
  endsRestore: true,
});

/** The first word is no command: ipvsadm only points at its help. */
export const notACommand: Refusal = {
  kind: 'refusal',
  message: "Try `ipvsadm -h' or 'ipvsadm --help' for more information.\n",
  exit: 255,
  endsRestore: true,
};

/** What popt(3) says of a word that it can't take apart. */
export const badOption = (word: string, complaint: string): Refusal => ({
  kind: 'refusal',
  message: `${word}: ${complaint}\n`,
  exit: 255,
  endsRestore: false,
});
