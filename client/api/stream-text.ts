/** The text of an answer as it comes. Ends when the caller stops reading: the request is then given up. */
export async function* textParts(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    // An answer that was cut off rejects here too; who read on has been told.
    await reader.cancel().catch(() => undefined);
  }
}
