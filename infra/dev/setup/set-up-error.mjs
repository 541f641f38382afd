/** The workspace cannot be set up; the message says why and what to do. `output` is that of the failed command. */
export class SetUpError extends Error {
  /**
   * @param {string} message
   * @param {string} [output]
   */
  constructor(message, output = '') {
    super(message);
    this.name = 'SetUpError';
    this.output = output;
  }
}
