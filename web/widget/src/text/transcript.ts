/** One's own conversation as a text file, every message of the assistant marked as AI. */

import type { Transcript } from "../api";
import type { Said } from "../wire/frames";
import { fill, type Strings } from "../strings";

export function transcriptText(transcript: Transcript, strings: Strings, aiNotice: string): string {
  const stamp = (at: string): string => {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? at : date.toLocaleString(strings.locale, { hour12: false });
  };
  const head = [
    strings.transcriptTitle,
    fill(strings.transcriptAt, { at: stamp(transcript.generatedAt) }),
    transcript.aiNotice || aiNotice,
  ];
  const messages = transcript.messages.map(
    (said) => `[${stamp(said.at)}] ${speaker(said, strings)}\n${said.text}`,
  );
  return [head.join("\n"), ...messages].join("\n\n") + "\n";
}

/** Who said it: the citizen, the assistant (marked AI) or a person with name and number. */
export function speaker(said: Pick<Said, "author" | "agent" | "ai">, strings: Strings): string {
  switch (said.author) {
    case "citizen":
      return strings.you;
    case "agent":
      return agentName(said.agent, strings);
    case "system":
      return strings.system;
    default:
      return said.ai ? `${strings.bot}（${strings.ai}）` : strings.bot;
  }
}

/** What a member of staff is called: with name and number where they are known. */
export function agentName(agent: Said["agent"], strings: Strings): string {
  if (agent?.number) return fill(strings.agentNumbered, { name: agent.name, number: agent.number });
  return agent?.name ? fill(strings.agentNamed, { name: agent.name }) : strings.agent;
}
