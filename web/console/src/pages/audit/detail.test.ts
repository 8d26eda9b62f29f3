import { beforeEach, expect, it } from "vitest";

import { aboutOf, particulars, type Known } from "@/pages/audit/detail";
import { speak } from "@/words";

const known: Known = { accounts: new Map([[3, "刘洋"], [4, "王芳"]]), teams: new Map([[7, "社保专席"]]) };

function read(detail: Record<string, unknown>): string {
  return particulars(detail, known).map(({ name, text }) => `${name} ${text}`).join("；");
}

beforeEach(() => {
  speak("zh-CN");
});

it.each([
  [{ name: "liu.yang", role: "agent" }, "名称 liu.yang；角色 坐席"],
  [{ role: "reviewer", role_before: "agent" }, "角色 审核员；原来的角色 坐席"],
  [{ added: [3], removed: [4, 9] }, "加入 刘洋；移出 王芳、9"],
  [{ team: 7 }, "服务组 社保专席"],
  [{ account: 3 }, "转给 刘洋"],
  [{ auto_assign: false, hours: { mon: [["09:00", "12:00"]] }, regions: [] }, "自动分配 否；工作时间 已改；地区 无"],
  [{ filter: { q: "身份证", outcome: "nothing_found" }, found: 12 }, "条件 查找 身份证、结果 未找到；条数 12"],
  [{ filter: {}, rows: 3, format: "csv" }, "行数 3；格式 csv"],
  [{ verdict: "wrong_guide", judgement: 5, proposal: null }, "评判 指南不对；评判序号 5"],
  [{ state: "done" }, "状态 办结"],
  [{ of_tomorrow: "x", role: "wizard" }, "of_tomorrow x；角色 wizard"],
  [{}, ""],
])("%j", (detail, text) => {
  expect(read(detail)).toBe(text);
});

it.each([
  ["account:3", "账号 刘洋", null],
  ["account:99", "账号 99", null],
  ["team:7", "服务组 社保专席", null],
  ["conversation:12", "对话 12", 12],
  ["ticket:T20261129-01", "工单 T20261129-01", null],
  ["", "", null],
  ["comet:1", "comet 1", null],
])("%s is about %s", (object, text, conversation) => {
  expect(aboutOf(object, known)).toEqual({ text, conversation });
});
