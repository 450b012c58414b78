/** What was given cannot be meant: the command ends with exit code 2, and has written nothing. */
export class WrongInput extends Error {
  override readonly name = 'WrongInput';
}
