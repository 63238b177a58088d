"""OSCAL: Assessment Results, and the Plan of Action and Milestones."""
