/** The processes that WEB_CONCURRENCY asks for do not come up. The message is for the operator. */
export class ReplicasNotStarted extends Error {
  override readonly name = 'ReplicasNotStarted';
}
