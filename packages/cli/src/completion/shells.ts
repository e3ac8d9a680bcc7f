/** Shells that can be made to complete. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof shells)[number];

/** Lines of an answer that are no values: files may come here too; no space is to follow. */
export const filesToo = ':files';
export const noSpace = ':nospace';
