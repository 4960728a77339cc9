"""First steps: a negotiation set up form by form, and what Parley says where it is new."""
