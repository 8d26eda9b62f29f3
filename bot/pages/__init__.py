"""The pages of the front that need no login: guides, checklists, flow charts, bundles."""
