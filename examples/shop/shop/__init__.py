"""The backend of a small shop on Supabase."""
