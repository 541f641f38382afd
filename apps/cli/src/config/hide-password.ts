/** A queue's URL as it may be shown: in a greeting, a log, a complaint. */
export function hidePassword(url: string): string {
  return url.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:***@').replaceAll(/([?&]\w*password=)[^&]*/gi, '$1***');
}
