"""The action server: asks the knowledge base, decides, chooses words, returns slots to Rasa."""
