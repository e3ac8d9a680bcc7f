/** A line that GitHub's runner shows above the log and beside the commit. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** GitHub cuts longer ones. */
const longestMessage = 4000;

/** The annotation as the runner reads it, in one line without its end. */
export function annotationCommand({ level, title, message }: Annotation): string {
  return `::${level} title=${escapedProperty(title)}::${escapedData(message.slice(0, longestMessage))}`;
}

/** As the runner's own toolkit does. */
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * A text whose lines the runner takes for no commands of ours: it obeys each line that begins with `::`, behind spaces too, and
 * `##[` anywhere, so a server's error message could hide others, or set them aside.
 */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gmu, '$1: ').replaceAll('##[', '## [');
}
