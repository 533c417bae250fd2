// The errors of vipward's own commands: a stable code ends the line.

export type CommandErrorCode =
  | 'COMMAND_USAGE'
  | 'CONTROL_NO_DAEMON'
  | 'DOCUMENT_REFUSED'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'OUTPUT_UNWRITABLE';

/** One line; `text` says what was attempted, on what, and what to do. */
export const coded = (code: CommandErrorCode, text: string): string => `${text} [${code}]\n`;
